"""An organisation's own colours: one colour in, a stylesheet out that stays legible."""

from collections.abc import Sequence

Rgb = tuple[float, float, float]

WHITE: Rgb = (1.0, 1.0, 1.0)
BLACK: Rgb = (0.0, 0.0, 0.0)
READABLE = 4.5  # WCAG AA for text
DARKEST_GROUND = "#f2efea"  # --surface-soft of tokens.css


def stylesheet(colour: str) -> str:
    """The custom properties that give the house this colour, darkened until it can be read."""
    soft = mix(parse(colour), WHITE, 0.91)
    brand = readable(parse(colour), on=(soft, parse(DARKEST_GROUND)))
    properties = {
        "brand": brand,
        "brand-strong": mix(brand, BLACK, 0.3),
        "brand-soft": soft,
        "brand-line": mix(brand, WHITE, 0.68),
        "on-brand": WHITE,
    }
    lines = "".join(f"  --{name}: {write(value)};\n" for name, value in properties.items())
    return f":root {{\n{lines}}}\n"


def parse(colour: str) -> Rgb:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def write(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def mix(colour: Rgb, other: Rgb, share: float) -> Rgb:
    """`share` of the other colour, the rest of the first."""
    red, green, blue = (a * (1 - share) + b * share for a, b in zip(colour, other, strict=True))
    return red, green, blue


def readable(colour: Rgb, on: Sequence[Rgb]) -> Rgb:
    """The colour itself, or the first darker one that can be read on all these grounds."""
    for step in range(21):
        darker = mix(colour, BLACK, step / 20)
        if min(contrast(darker, ground) for ground in on) >= READABLE + 0.1:
            return darker
    return BLACK


def contrast(one: Rgb, other: Rgb) -> float:
    """The WCAG ratio, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
