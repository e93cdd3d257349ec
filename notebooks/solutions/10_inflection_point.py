"""Solutions of 10, Inflection point."""

from math import ceil, log, log2

from aicost import Case
from aicost.show.workshop import Exercise, Slip


def exercises(case: Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    point, usage, now = case.point.scenario, case.scenario.traffic.scale, case.usage
    growth = float(point.growth.users_per_month) if point.growth is not None else 0.0
    rate = growth if growth > 0 else 0.05
    brings = point.revenue_per_user or 2 * float(case.bill.per_user)
    price = 0.9 * brings

    def bill_at(users: float) -> float:
        return float(case.at({usage: users}).bill.total)

    def pays_from(price: float, times: int = 200) -> float:
        """Return the count whose users bring the bill made for them: divide until it stands."""
        users, before = now, 0.0
        for _ in range(times):
            if abs(users - before) <= 1e-6 * users:
                break
            users, before = bill_at(users) / price, users
        return users

    floor = bill_at(0)
    lines = [c for c in case.bill.charges if c.behaves == "usage" and c.driver != "users"]
    grows = sum(float(c.usd) for c in lines)
    a_request = grows / float(case.bill.requests)
    even_share = (float(case.bill.total) - grows) / float(case.bill.users)
    seat = 2 * float(case.bill.per_user)

    return [
        Exercise(
            "machines it takes",
            unit="machines",
            tolerance=1e-9,
            answer=lambda: lambda requests, carries: ceil(requests / carries),
            at=(
                (1, 2_153_500),
                (2_153_500, 2_153_500),
                (2_153_501, 2_153_500),
                (1_200, 1_000),
                (1_700, 1_000),
            ),
            slips=(
                Slip(
                    "rounded down",
                    lambda: lambda requests, carries: requests // carries,
                    "That rounds down. What becomes of the requests that are left over?",
                ),
                Slip(
                    "to the nearest",
                    lambda: lambda requests, carries: round(requests / carries),
                    "That rounds to the nearest. One request too many takes a machine of its own.",
                ),
                Slip(
                    "parts of machines",
                    lambda: lambda requests, carries: requests / carries,
                    "That buys parts of machines. They come whole.",
                ),
                Slip(
                    "one more, always",
                    lambda: lambda requests, carries: requests // carries + 1,
                    "That is one too many for a machine that is just full: it needs no second yet.",
                ),
            ),
            hints=(
                "How many machines do 1, 1,000 and 1,001 requests take, if one carries 1,000?",
                "Divide, and round up: np.ceil, or -(-a // b) for whole numbers.",
            ),
        ),
        Exercise(
            "months until twice as many",
            unit="months",
            tolerance=0.03,
            answer=lambda: log(2) / log(1 + rate),
            slips=(
                Slip(
                    "in a straight line",
                    lambda: 1 / rate,
                    "That adds the same number of users every month. Growth compounds: each "
                    "month's new users are counted in the next month's growth.",
                ),
                Slip(
                    "to three times as many",
                    lambda: log(3) / log(1 + rate),
                    "That is when 200 % have been added: three times as many.",
                ),
                Slip(
                    "two over the rate",
                    lambda: 2 / rate,
                    "That divides 2 by the rate. What is multiplied by what, month after month?",
                ),
                Slip(
                    "the logarithm of two over ten",
                    lambda: log2(1 + rate),
                    "That is how often it doubles in one month. Turn it upside down.",
                ),
            ),
            hints=(
                "After t months usage is multiplied by (1 + rate) to the power of t.",
                "Which t makes (1 + rate) ** t equal to 2? Try a few, or take logarithms.",
                "np.log(2) / np.log(1 + rate); 0.7 / rate is near it.",
            ),
        ),
        Exercise(
            "requests that a seat pays for",
            unit="requests a month",
            tolerance=0.03,
            answer=lambda: (seat - even_share) / a_request,
            slips=(
                Slip(
                    "without the even share",
                    lambda: seat / a_request,
                    "That spends the whole price on requests. Who pays for what stands still?",
                ),
                Slip(
                    "the share on top",
                    lambda: (seat + even_share) / a_request,
                    "That adds the even share to the price. It is a cost: take it off.",
                ),
                Slip(
                    "a share for each request",
                    lambda: seat / (a_request + even_share),
                    "That pays the even share with each request. A user bears it once a month.",
                ),
            ),
            hints=(
                "What is left of the price once the even share is paid?",
                "Divide what is left by what a request costs.",
            ),
        ),
        Exercise(
            "part of the first lever",
            unit="USD",
            tolerance=1e-6,
            answer=lambda: lambda a, b, both: (a + both - b) / 2,
            at=((30.0, 20.0, 40.0), (30.0, 20.0, 50.0), (8.0, 50.0, 52.0), (10.0, 10.0, 12.0)),
            slips=(
                Slip(
                    "always first",
                    lambda: lambda a, b, both: a,
                    "That pulls it first each time. In half of the orders it comes second.",
                ),
                Slip(
                    "always second",
                    lambda: lambda a, b, both: both - b,
                    "That pulls it second each time. In half of the orders it comes first.",
                ),
                Slip(
                    "both orders added",
                    lambda: lambda a, b, both: a + both - b,
                    "That adds what it saves in the two orders. Take the mean of them.",
                ),
                Slip(
                    "the other one's part",
                    lambda: lambda a, b, both: (b + both - a) / 2,
                    "That is the part of the second lever. The first is asked for.",
                ),
                Slip(
                    "the mean of the two",
                    lambda: lambda a, b, both: (a + b) / 2,
                    "That is the mean of two savings, whatever both together save.",
                ),
                Slip(
                    "in proportion",
                    lambda: lambda a, b, both: both * a / (a + b),
                    "That shares it out in proportion, which adds up too. But what does it add in "
                    "each order? Take the mean of those two.",
                ),
                Slip(
                    "one half each",
                    lambda: lambda a, b, both: both / 2,
                    "That gives each the same, also where one of them saves next to nothing.",
                ),
            ),
            hints=(
                "Pulled first it adds a. What does it add when it comes second?",
                "Second, it adds both - b. Take the mean of the two.",
            ),
        ),
        Exercise(
            "with a tenth off",
            unit=point.traffic.usage_units,
            tolerance=0.03,
            answer=lambda: pays_from(price),
            slips=(
                Slip(
                    "at the old price",
                    lambda: pays_from(brings),
                    "That is the turn at the old price. Divide by the new one.",
                ),
                Slip(
                    "divided once",
                    lambda: bill_at(now) / price,
                    "That divides today's bill. But so many users have a bill of their own: make "
                    "it, and divide again.",
                ),
                Slip(
                    "divided twice",
                    lambda: pays_from(price, 2),
                    "It has not come to rest yet. Go on until it stands still.",
                ),
                Slip(
                    "what stands still alone",
                    lambda: floor / price,
                    "That pays for what stands at zero users, and for nothing that they use.",
                ),
            ),
            hints=(
                "At the turn, count times new price is the bill at that count.",
                "Begin with guess = now. The bill at it / new_price is your next guess.",
                "for _ in range(50): guess = float(case.at({usage: guess}).bill.total) / new_price",
            ),
        ),
    ]
