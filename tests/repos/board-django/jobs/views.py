from django.db import connection
from django.http import HttpRequest, JsonResponse

from jobs.models import Job


def healthz(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})


def listing(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"jobs": list(Job.objects.filter(open=True).values("id", "title"))})
