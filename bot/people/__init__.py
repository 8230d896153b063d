"""Who is who, who manages whom, and with which tokens programs call."""
