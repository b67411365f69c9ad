"""`GET /api/v1/indicators/`: the figures of the dashboard, read through the same query object."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contacts.enums import Measure
from contacts.queries import today_of
from directory.models import Agent
from engagements.access import may_see_figures, perimeter
from engagements.reporting import BadParameter, parse_question


class SeesFigures(IsAuthenticated):
    """The pages of figures and their API open to the same agents."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and may_see_figures(cast(Agent, request.user))


class IndicatorRow(serializers.Serializer[dict[str, Any]]):
    """One group; the keys of `by` come first. Delays are whole working days."""

    in_time = serializers.IntegerField()
    late = serializers.IntegerField()
    overdue_open = serializers.IntegerField()
    pending = serializers.IntegerField()
    n = serializers.IntegerField(help_text="in_time + late + overdue_open")
    rate = serializers.FloatField(allow_null=True, help_text="in_time / n, null when n = 0")
    wilson_low = serializers.FloatField(allow_null=True)
    wilson_high = serializers.FloatField(allow_null=True)
    median = serializers.IntegerField(allow_null=True)
    p90 = serializers.IntegerField(allow_null=True)
    histogram = serializers.DictField(child=serializers.IntegerField())


class Refused(serializers.Serializer[dict[str, Any]]):
    parameter = serializers.CharField()
    message = serializers.CharField()


def parameter(name: str, description: str, **kwargs: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=description, **kwargs)


class Indicators(APIView):
    permission_classes = [SeesFigures]

    @extend_schema(
        parameters=[
            parameter("from", "First day of receipt, YYYY-MM-DD, included"),
            parameter("to", "Last day of receipt, YYYY-MM-DD, included"),
            parameter(
                "by", "Groups: service, channel, nature, family, day, month, year; by commas"
            ),
            parameter("measure", "What the delay is measured to", enum=Measure.values),
            parameter("limit", "Working days; without it, the targets in force"),
            parameter("as_of", "The day whose evening the figures describe; today without it"),
            parameter("service", "Names of services, with those below them"),
            parameter("channel", "Channels, by commas"),
            parameter("nature", "Natures, by commas"),
        ],
        responses={200: IndicatorRow(many=True), 400: Refused},
    )
    def get(self, request: Request) -> Response:
        agent = cast(Agent, request.user)
        today = today_of(agent.organisation_id, timezone.now())
        try:
            question = parse_question(
                request.query_params, agent.organisation, today, perimeter=perimeter(agent)
            )
        except BadParameter as error:
            return Response({"parameter": error.name, "message": error.message}, status=400)
        return Response(question.rows())
