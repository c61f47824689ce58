"""Icons that look like documents are told from others, whatever their size, and a little blurred or shaded."""

import pytest
from PIL import Image, ImageDraw, ImageFilter

from sekimori.triage.icons import KINDS, drawn, looks_like

EVERY = [(kind, style) for kind in KINDS for style in (0, 1)]


@pytest.mark.parametrize("size", [24, 32, 64, 256])
@pytest.mark.parametrize(("kind", "style"), EVERY)
def test_any_size(kind: str, style: int, size: int) -> None:
    assert looks_like(drawn(kind, size, style)) == kind


@pytest.mark.parametrize(("kind", "style"), EVERY)
def test_blurred_shaded_and_off_centre(kind: str, style: int) -> None:
    blurred = drawn(kind, 48, style).filter(ImageFilter.GaussianBlur(1))
    shaded = Image.blend(drawn(kind, 48, style), Image.new("RGBA", (48, 48), (90, 90, 90, 255)), 0.12)
    shaded.putalpha(drawn(kind, 48, style).getchannel("A"))
    moved = Image.new("RGBA", (64, 64))
    moved.paste(drawn(kind, 48, style), (14, 2))
    assert [looks_like(one) for one in (blurred, shaded, moved)] == [kind] * 3


def other(shape: str, colour: tuple[int, int, int]) -> Image.Image:
    icon = Image.new("RGBA", (48, 48))
    pen = ImageDraw.Draw(icon)
    if shape == "circle":
        pen.ellipse((2, 2, 45, 45), fill=colour)
    elif shape == "square":
        pen.rounded_rectangle((2, 2, 45, 45), 8, fill=colour)
        pen.rectangle((15, 15, 30, 30), fill=(255, 255, 255))
    else:
        pen.polygon([(24, 2), (46, 44), (2, 44)], fill=colour)
    return icon


@pytest.mark.parametrize("shape", ["circle", "square", "triangle"])
@pytest.mark.parametrize("colour", [(30, 100, 200), (200, 30, 30), (40, 160, 60), (250, 250, 250), (240, 200, 90)])
def test_other_icons(shape: str, colour: tuple[int, int, int]) -> None:
    assert looks_like(other(shape, colour)) == ""


def test_nothing_to_see() -> None:
    for icon in (Image.new("RGBA", (1, 1)), Image.new("RGBA", (48, 48)), Image.new("RGBA", (48, 48), (9, 9, 9, 255))):
        assert looks_like(icon) == ""
