from django.db import models


class Job(models.Model):
    title = models.CharField(max_length=200)
    open = models.BooleanField(default=True)
    posted = models.DateTimeField(auto_now_add=True)
