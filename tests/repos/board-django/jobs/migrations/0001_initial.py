from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("open", models.BooleanField(default=True)),
                ("posted", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
