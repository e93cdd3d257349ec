"""The bill at other sizes, and month by month as usage grows."""
