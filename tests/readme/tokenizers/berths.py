"""Assigns visiting boats to the berths of a quay."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Boat:
    name: str
    length_m: float
    draught_m: float
    nights: int = 1


@dataclass
class Quay:
    """Berths by number; small ones take boats under twelve metres."""

    small: range = range(1, 7)
    large: range = range(7, 12)
    taken: dict[int, Boat] = field(default_factory=dict)

    def assign(self, boat: Boat) -> int:
        """The number of the berth. Raises ValueError when there is none."""
        if boat.draught_m >= 3.0 or boat.length_m > 20:
            raise ValueError(f"{boat.name}: too large for this quay")
        candidates = [*self.small, *self.large] if boat.length_m < 12 else list(self.large)
        for number in candidates:
            if number not in self.taken:
                self.taken[number] = boat
                return number
        raise ValueError(f"{boat.name}: no berth is free")

    def fee(self, boat: Boat) -> int:
        """Euros for the whole stay."""
        return boat.nights * (18 if boat.length_m < 12 else 31)


if __name__ == "__main__":
    quay = Quay()
    for boat in (Boat("Anna", 9.4, 1.2), Boat("Sølvi", 14.0, 2.1, nights=3)):
        print(f"{boat.name:<10} berth {quay.assign(boat):>2}  {quay.fee(boat)} EUR")
