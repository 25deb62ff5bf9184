from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from jobs.models import Job


@shared_task
def expire() -> int:
    return Job.objects.filter(open=True, posted__lt=timezone.now() - timedelta(days=60)).update(open=False)
