"""The parts a bill is made of: each file holds pure formulas and the stage that uses them."""
