/* Calls that the board's Linux does not have: a socket, twice, and a thread. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void *nothing(void *argument)
{
    return argument;
}

int main(void)
{
    pthread_t thread;
    for (int i = 0; i < 2; i++) {
        const int file = socket(AF_INET, SOCK_STREAM, 0);
        printf("socket %d: %s\n", file, strerror(errno));
    }
    printf("pthread_create: %s\n", strerror(pthread_create(&thread, NULL, nothing, NULL)));
    return 0;
}
