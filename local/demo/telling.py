"""How the demo speaks."""


def heading(text: str) -> None:
    print(f"\n● {text}")


def say(text: str) -> None:
    print(f"    {text}")
