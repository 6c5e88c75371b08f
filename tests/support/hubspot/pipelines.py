"""Deal pipelines and their stages."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.hubspot.moments import to_iso


@dataclass
class Stage:
    """A stage: probability 1 is won; closed at probability 0 is lost."""

    id: str
    label: str
    probability: str = "0.5"
    is_closed: bool = False


@dataclass
class Pipeline:
    """A pipeline with its stages by id, in the order in which HubSpot shows them."""

    id: str
    label: str
    changed: int
    stages: dict[str, Stage] = field(default_factory=dict)


def render_pipelines(pipelines: dict[str, Pipeline]) -> dict[str, Any]:
    """The response of the endpoint."""
    return {"results": [_render(pipeline, place) for place, pipeline in enumerate(pipelines.values())]}


def _render(pipeline: Pipeline, place: int) -> dict[str, Any]:
    moments = {"createdAt": to_iso(0), "updatedAt": to_iso(pipeline.changed), "archived": False}
    stages = [
        {
            "label": stage.label,
            "displayOrder": stage_place,
            "metadata": {"isClosed": str(stage.is_closed).lower(), "probability": stage.probability},
            "id": stage.id,
            **moments,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }
        for stage_place, stage in enumerate(pipeline.stages.values())
    ]
    return {"label": pipeline.label, "displayOrder": place, "id": pipeline.id, "stages": stages, **moments}
