from django.contrib import admin
from django.urls import include, path

from jobs import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", views.healthz),
    path("api/v1/", include("jobs.urls")),
]
