"""Goals of money: where they are met, where not, and how likely."""
