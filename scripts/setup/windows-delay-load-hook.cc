// An addon names node.exe as the program it takes its functions from. Where another program has loaded it, such as
// electron.exe, the functions are in that program: this answers the question for node.exe with the program that runs.
#include <windows.h>

#include <delayimp.h>
#include <string.h>

static FARPROC WINAPI useRunningProgram(unsigned int event, DelayLoadInfo* info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return NULL;
  return (FARPROC)GetModuleHandle(NULL);
}

decltype(__pfnDliNotifyHook2) __pfnDliNotifyHook2 = useRunningProgram;
