"""Numbers by chance that are the same for the same seed, and picks that come often or seldom."""

import random


class Chance:
    """One stream of numbers; only `random.random` is used, whose numbers Python promises to keep."""

    def __init__(self, *seed):
        self.random = random.Random("/".join(map(str, seed))).random

    def below(self, count):
        return int(self.random() * count)

    def between(self, low, high):
        """A whole number, both ends included."""
        return low + int(self.random() * (high - low + 1))

    def is_one_of(self, share):
        return self.random() < share

    def pick(self, values):
        return values[int(self.random() * len(values))]

    def rank(self, count, flat):
        """A place from 0, as Zipf and Mandelbrot have it: proportional to 1 / (place + `flat` + 1)."""
        return min(count - 1, int(flat * ((count + flat) / flat) ** self.random()) - flat)

    def often(self, values, flat=5):
        """A value, those in front far more often."""
        return values[self.rank(len(values), flat)]

    def bell(self):
        """About the normal distribution, within three deviations."""
        return (self.random() + self.random() + self.random() + self.random() - 2) * 1.732

    def shuffle(self, values):
        for place in range(len(values) - 1, 0, -1):
            other = self.below(place + 1)
            values[place], values[other] = values[other], values[place]
