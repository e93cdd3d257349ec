"""The same system on other models, in other stores, on other machines."""
