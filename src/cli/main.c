#include <stdio.h>

int main(void)
{
    printf("serai %s\n", SERAI_VERSION);
    return 0;
}
