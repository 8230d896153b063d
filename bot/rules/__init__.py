"""What the law asks of working time: numbers by country, and checks that compare days with them. Reads no database."""
