#include "CTerminal.h"

bool terminal_pass_output(int terminal)
{
	struct termios modes;

	if (tcgetattr(terminal, &modes))
		return false;
	modes.c_oflag &= ~(tcflag_t)OPOST;
	return !tcsetattr(terminal, TCSANOW, &modes);
}
