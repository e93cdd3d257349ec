"""The files beside a review: a sheet that computes, lines and figures for other programs."""
