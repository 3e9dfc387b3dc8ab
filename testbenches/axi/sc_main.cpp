/* SystemC's library has main() and wants this; the suites of C cores link it with the room too. */
#include <gtest/gtest.h>

#include <systemc>

int sc_main(int argc, char **argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
