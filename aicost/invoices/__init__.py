"""The bill beside what was really billed: invoices of clouds, figures that were published."""
