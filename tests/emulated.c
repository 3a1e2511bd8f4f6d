/* emulated.c: in a cross build, what lets Criterion work under an emulator. BoxFort starts each test by executing the program
 * once more, which the kernel cannot do with another processor's: this asks the emulator to. libcriterion calls execve through
 * the PLT, so ours decides. */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int execve(const char *path, char *const arguments[], char *const environment[])
{
    static const char *const emulator[] = {EMULATOR};
    enum { WORDS = sizeof emulator / sizeof *emulator, MOST = 16 };
    const char *words[WORDS + MOST + 2];
    size_t n = WORDS;
    memcpy(words, emulator, sizeof emulator);
    words[n++] = path;
    for (size_t i = 1; arguments[i]; i++) {
        if (i == MOST) abort();
        words[n++] = arguments[i];
    }
    words[n] = NULL;
    return (int)syscall(SYS_execve, words[0], words, environment);
}
