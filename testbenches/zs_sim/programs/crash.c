int main(void)
{
    volatile int *const nowhere = (volatile int *)16;
    return *nowhere;
}
