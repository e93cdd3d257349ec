"""What users bring and cost who do not ask alike: who pays for whom, and who for none."""
