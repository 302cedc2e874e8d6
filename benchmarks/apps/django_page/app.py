import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

VERSION = 0
INSTALLED = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages"]
settings.configure(
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[*INSTALLED, "django.contrib.sessions"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="none",
)
django.setup()


def page(request):
    return JsonResponse({"version": VERSION})


urlpatterns = [path("", page)]
app = get_wsgi_application()
