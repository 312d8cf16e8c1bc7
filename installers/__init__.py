"""Making what is handed to a unit: the Windows installer and the Linux archive. No part of the program."""
