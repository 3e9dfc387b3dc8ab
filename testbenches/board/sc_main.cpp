/* The SystemC library asks for one; these tests do not simulate. */
#include <systemc>

int sc_main(int, char *[])
{
    return 0;
}
