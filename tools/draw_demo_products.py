"""Draw the demo store's product pictures: quiet still lifes of plain shapes, as small PNG files."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

SIZE, SCALE = 320, 4
TARGET = Path(__file__).parent.parent / "aftercart" / "web" / "static" / "demo"

Draw = ImageDraw.ImageDraw
INK = "#2f3430"


class Canvas:
    """Shapes in units of the finished picture, drawn large and scaled down for smooth edges."""

    def __init__(self, wall: str, table: str) -> None:
        self.image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), wall)
        self.draw = ImageDraw.Draw(self.image)
        self.rectangle(0, 236, 320, 320, table)

    def _box(self, *numbers: float) -> list[float]:
        return [number * SCALE for number in numbers]

    def rectangle(self, *box_and_fill: float | str, radius: float = 0) -> None:
        *box, fill = box_and_fill
        self.draw.rounded_rectangle(self._box(*box), radius * SCALE, fill=str(fill))  # type: ignore[arg-type]

    def ellipse(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self.draw.ellipse(self._box(left, top, right, bottom), fill=fill)

    def polygon(self, fill: str, *points: tuple[float, float]) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def arc(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: str,
        width: int,
        start: int = 0,
        end: int = 360,
    ) -> None:
        self.draw.arc(
            self._box(left, top, right, bottom), start, end, fill=fill, width=width * SCALE
        )

    def line(self, fill: str, width: float, *points: tuple[float, float]) -> None:
        self.draw.line(
            [(x * SCALE, y * SCALE) for x, y in points],
            fill=fill,
            width=int(width * SCALE),
            joint="curve",
        )

    def shadow(self, left: float, right: float, y: float = 256) -> None:
        self.ellipse(left, y - 9, right, y + 9, "#b9ae9b")

    def save(self, name: str) -> None:
        small = self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        small.quantize(48, dither=Image.Dither.NONE).save(TARGET / f"{name}.png", optimize=True)


def mug(c: Canvas) -> None:
    c.shadow(88, 244)
    c.arc(188, 138, 252, 214, "#4f6d63", 15)
    c.rectangle(96, 112, 208, 254, "#5f8176", radius=16)
    c.rectangle(96, 112, 208, 150, "#5f8176", radius=6)
    c.ellipse(96, 102, 208, 128, "#7d9c91")
    c.ellipse(106, 106, 198, 124, "#4a3427")
    c.rectangle(112, 140, 120, 226, "#7d9c91", radius=4)


def throw(c: Canvas) -> None:
    c.shadow(58, 262)
    for index, colour in enumerate(("#c98f6b", "#d6a382", "#c98f6b")):
        top = 140 + index * 38
        c.rectangle(62, top, 258, top + 34, colour, radius=14)
        c.line("#b57d5b", 2, (80, top + 24), (240, top + 24))
    for x in range(70, 252, 12):
        c.line("#d6a382", 3, (x, 250), (x, 264))


def candle(c: Canvas) -> None:
    c.shadow(104, 216)
    c.rectangle(112, 138, 208, 256, "#e9dcc0", radius=10)
    c.ellipse(112, 126, 208, 150, "#f4ebd5")
    c.line(INK, 3, (160, 138), (160, 112))
    c.polygon("#e0903c", (160, 74), (173, 103), (160, 118), (147, 103))
    c.ellipse(147, 92, 173, 118, "#e0903c")
    c.ellipse(154, 100, 166, 116, "#f7d98b")
    c.rectangle(112, 184, 208, 222, "#55604f")


def board(c: Canvas) -> None:
    c.shadow(70, 250)
    c.rectangle(82, 92, 218, 254, "#b98a5a", radius=20)
    c.rectangle(136, 56, 164, 110, "#b98a5a", radius=14)
    c.ellipse(143, 64, 157, 78, "#efe7da")
    for x in (104, 128, 152, 176, 198):
        c.line("#a67847", 2, (x, 112), (x - 3, 240))


def teapot(c: Canvas) -> None:
    c.shadow(70, 252)
    c.polygon("#3f5f7a", (92, 190), (44, 150), (58, 140), (112, 172))
    c.arc(206, 142, 270, 222, "#3f5f7a", 13)
    c.ellipse(84, 122, 226, 258, "#4d7290")
    c.ellipse(118, 112, 194, 140, "#5f86a5")
    c.ellipse(147, 96, 165, 116, "#3f5f7a")
    c.ellipse(104, 150, 122, 206, "#6d93b1")


def socks(c: Canvas) -> None:
    c.shadow(74, 250)
    for shift, colour in ((0, "#8a5b52"), (44, "#9d6c62")):
        c.rectangle(96 + shift, 84, 146 + shift, 220, colour, radius=8)
        c.rectangle(96 + shift, 196, 206 + shift, 252, colour, radius=26)
        c.rectangle(92 + shift, 78, 150 + shift, 106, "#e7d6c6", radius=7)
        c.line("#e7d6c6", 5, (98 + shift, 130), (144 + shift, 130))


def carafe(c: Canvas) -> None:
    c.shadow(98, 222)
    c.polygon(
        "#c9dcdc",
        (140, 70),
        (180, 70),
        (182, 136),
        (214, 210),
        (214, 254),
        (106, 254),
        (106, 210),
        (138, 136),
    )
    c.polygon("#9fbfc1", (118, 190), (202, 190), (212, 214), (212, 252), (108, 252), (108, 214))
    c.ellipse(136, 62, 184, 80, "#dfeaea")
    c.line("#eef5f5", 5, (148, 88), (148, 140), (124, 204))


def vase(c: Canvas) -> None:
    c.shadow(106, 214)
    for x, y, tip in ((160, 60, 150), (128, 84, 110), (196, 78, 214)):
        c.line("#6c7a55", 4, (160, 150), (x, y + 30))
        c.ellipse(tip - 4, y, tip + 18, y + 34, "#8b9a6d")
    c.ellipse(110, 150, 210, 260, "#b6654b")
    c.rectangle(138, 132, 182, 176, "#b6654b", radius=4)
    c.ellipse(138, 124, 182, 142, "#8f4a34")
    c.ellipse(122, 172, 138, 228, "#c77f66")


def notebook(c: Canvas) -> None:
    c.shadow(72, 256)
    c.polygon("#d9d0bf", (92, 102), (240, 92), (252, 246), (104, 256))
    c.polygon("#354a5f", (84, 98), (232, 88), (244, 242), (96, 252))
    c.polygon("#c98f3d", (196, 91), (208, 90), (220, 244), (208, 245))
    c.polygon("#e9e2d3", (112, 132), (172, 128), (175, 162), (115, 166))


def lamp(c: Canvas) -> None:
    c.shadow(104, 216)
    c.polygon("#f3d79b", (118, 74), (202, 74), (232, 154), (88, 154))
    c.rectangle(154, 154, 166, 240, "#70594a")
    c.ellipse(112, 236, 208, 262, "#70594a")
    c.polygon("#f9e7bf", (128, 82), (150, 82), (140, 146), (106, 146))


def soap(c: Canvas) -> None:
    c.shadow(70, 250)
    c.rectangle(76, 186, 244, 254, "#a9b48c", radius=18)
    c.rectangle(96, 132, 224, 196, "#d8cfae", radius=18)
    c.rectangle(128, 150, 192, 176, "#c4b98f", radius=8)
    c.rectangle(112, 206, 208, 232, "#93a074", radius=8)


def tote(c: Canvas) -> None:
    c.shadow(74, 248)
    c.arc(122, 54, 198, 178, "#c8b48f", 9, 180, 360)
    c.polygon("#e6d9bd", (82, 118), (238, 118), (250, 256), (70, 256))
    c.polygon("#d8c8a5", (226, 118), (238, 118), (250, 256), (232, 256))
    c.ellipse(130, 158, 190, 218, "#5f8176")
    c.polygon("#e6d9bd", (160, 168), (168, 188), (160, 208), (152, 188))


PICTURES: dict[str, tuple[Callable[[Canvas], None], str, str]] = {
    "mug": (mug, "#efe9df", "#dccfba"),
    "throw": (throw, "#e6ebe6", "#cfd6cb"),
    "candle": (candle, "#e9e3dc", "#d3c6b6"),
    "board": (board, "#efe7da", "#dccdb5"),
    "teapot": (teapot, "#f0e8dc", "#ddcfb8"),
    "socks": (socks, "#e8eae6", "#d0d5cb"),
    "carafe": (carafe, "#f1e6da", "#dfcbb5"),
    "vase": (vase, "#ecebe3", "#d6d3c3"),
    "notebook": (notebook, "#f0ece4", "#dbd3c4"),
    "lamp": (lamp, "#dfe3e6", "#c6ccd0"),
    "soap": (soap, "#f0ebe2", "#dcd2c2"),
    "tote": (tote, "#e3e8e5", "#cad2cc"),
}


def main() -> None:
    """Draw every picture anew."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, (paint, wall, table) in PICTURES.items():
        canvas = Canvas(wall, table)
        paint(canvas)
        canvas.save(name)


if __name__ == "__main__":
    main()
