from django.db.models import Sum
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt

from .models import Question


def index(request):
    return render(request, "polls/index.html", {"questions": Question.objects.order_by("id")})


@csrf_exempt
def vote(request, pk):
    question = get_object_or_404(Question, pk=pk)
    question.votes += 1
    question.save()
    return JsonResponse({"text": question.text, "votes": question.votes})


async def total(request):
    """The ORM's own asynchronous half."""
    count = await Question.objects.acount()
    votes = (await Question.objects.aaggregate(n=Sum("votes")))["n"]
    return JsonResponse({"questions": count, "votes": votes or 0})
