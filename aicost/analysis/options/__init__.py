"""Options beside a system: what each costs, how fast it is, which goals it keeps."""
