@echo off
rem The command line of STDesk. Without a command it opens the window.
"%~dp0runtime\python.exe" -m stdesk %*
exit /b %errorlevel%
