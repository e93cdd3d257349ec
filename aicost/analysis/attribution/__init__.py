"""Why one bill is not another, input by input."""
