; The Windows installer: for one person, without administrator rights, never touching what they wrote.
; Given by the build: VERSION, TREE (the program's folder), ICON, COMMAND, FILES (the list made from TREE), OUTPUT.
Target amd64-unicode
SetCompressor /SOLID lzma
SetDateSave on
RequestExecutionLevel user
ManifestDPIAware true
Name "STDesk"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\STDesk"
InstallDirRegKey HKCU "Software\STDesk" "InstallDir"
ShowInstDetails nevershow
ShowUninstDetails nevershow
BrandingText "STDesk ${VERSION}"

!include MUI2.nsh
!include WinVer.nsh
!include "${FILES}"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\STDesk"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION OpenProgram
!define MUI_UNCONFIRMPAGE_TEXT_TOP "$(DataStays)"

!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Vietnamese"
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString DataStays ${LANG_VIETNAMESE} "Chỉ gỡ chương trình. Kho dữ liệu, báo cáo, gói dữ liệu và thiết lập của bạn được giữ nguyên."
LangString DataStays ${LANG_ENGLISH} "Only the program is removed. Your libraries, reports, packages and settings stay where they are."
LangString StillOpen ${LANG_VIETNAMESE} "STDesk đang mở. Hãy đóng chương trình rồi chạy lại."
LangString StillOpen ${LANG_ENGLISH} "STDesk is open. Close it, then start this again."
LangString TooOld ${LANG_VIETNAMESE} "STDesk cần Windows 10 (64 bit) trở lên."
LangString TooOld ${LANG_ENGLISH} "STDesk needs Windows 10 (64-bit) or newer."
LangString NotComplete ${LANG_VIETNAMESE} "Không ghi được đủ các tệp của chương trình. Hãy kiểm tra dung lượng đĩa và quyền ghi rồi chạy lại."
LangString NotComplete ${LANG_ENGLISH} "Not every file of the program could be written. Check the free space and the right to write there, then start this again."
LangString Preparing ${LANG_VIETNAMESE} "Đang chuẩn bị để chương trình mở nhanh…"
LangString Preparing ${LANG_ENGLISH} "Preparing a quick start…"
LangString Description ${LANG_VIETNAMESE} "Bàn làm việc thông tin khoa học và công nghệ"
LangString Description ${LANG_ENGLISH} "The desk of a science-and-technology information officer"

VIProductVersion "${NUMERIC_VERSION}"
VIAddVersionKey /LANG=0 "ProductName" "STDesk"
VIAddVersionKey /LANG=0 "FileDescription" "STDesk"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" ""

; A program that runs cannot be opened for writing: the sign that it must be closed first.
!macro RefuseWhileOpen UN
Function ${UN}RefuseWhileOpen
  IfFileExists "$INSTDIR\runtime\pythonw.exe" 0 closed
  ClearErrors
  FileOpen $0 "$INSTDIR\runtime\pythonw.exe" a
  IfErrors opened
  FileClose $0
  FileOpen $0 "$INSTDIR\runtime\python.exe" a
  IfErrors opened
  FileClose $0
  Goto closed
opened:
  MessageBox MB_OK|MB_ICONEXCLAMATION "$(StillOpen)" /SD IDOK
  SetErrorLevel 3
  Quit
closed:
  ClearErrors
FunctionEnd
!macroend
!insertmacro RefuseWhileOpen ""
!insertmacro RefuseWhileOpen "un."

Function .onInit
  StrCpy $LANGUAGE ${LANG_VIETNAMESE}
  !define MUI_LANGDLL_ALWAYSSHOW
  !insertmacro MUI_LANGDLL_DISPLAY
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(TooOld)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
FunctionEnd

Function un.onInit
  ReadRegStr $0 HKCU "Software\STDesk" "Language"
  StrCmp $0 "" +2
  StrCpy $LANGUAGE $0
FunctionEnd

Function OpenProgram
  SetOutPath "$DOCUMENTS"
  Exec '"$INSTDIR\runtime\pythonw.exe" "$INSTDIR\runtime\start.pyw"'
FunctionEnd

Section
  Call RefuseWhileOpen
  ; An older version goes first, so that none of its files is left among the new ones.
  IfFileExists "$INSTDIR\uninstall.exe" 0 +2
  ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR'
  ClearErrors
  !insertmacro InstallFiles
  SetOutPath "$INSTDIR"
  File "/oname=stdesk.cmd" "${COMMAND}"
  File "/oname=stdesk.ico" "${ICON}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  IfErrors 0 written
    MessageBox MB_OK|MB_ICONSTOP "$(NotComplete)" /SD IDOK
    SetErrorLevel 3
    Quit
written:
  DetailPrint "$(Preparing)"
  nsExec::Exec '"$INSTDIR\runtime\python.exe" -m compileall -q "$INSTDIR\runtime\Lib"'
  Pop $0
  SetOutPath "$DOCUMENTS"
  CreateShortCut "$SMPROGRAMS\STDesk.lnk" "$INSTDIR\runtime\pythonw.exe" '"$INSTDIR\runtime\start.pyw"' "$INSTDIR\stdesk.ico" 0 SW_SHOWNORMAL "" "$(Description)"
  WriteRegStr HKCU "Software\STDesk" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "Software\STDesk" "Language" "$LANGUAGE"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "STDesk"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\stdesk.ico"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

; Only files this installer wrote, by name, and folders left empty: whatever else lies there stays.
Section Uninstall
  Call un.RefuseWhileOpen
  SetOutPath "$TEMP"
  !insertmacro RemoveFiles
  Delete "$INSTDIR\stdesk.cmd"
  Delete "$INSTDIR\stdesk.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\STDesk.lnk"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "Software\STDesk"
SectionEnd
