"""What people see: charts, the page, and what makes a notebook live."""
