/* Prints the machine's name, into as many bytes as the environment says. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	char name[256];
	if (gethostname(name, (size_t)atoi(getenv("SIZE"))) != 0) {
		perror("gethostname");
		return 1;
	}
	fputs(name, stdout);
	return 0;
}
