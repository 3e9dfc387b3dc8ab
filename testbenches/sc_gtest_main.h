/* main() of a suite whose tests simulate: one simulation a process, so ctest runs them singly. */
#ifndef ZEROSTAGE_TESTBENCHES_SC_GTEST_MAIN_H
#define ZEROSTAGE_TESTBENCHES_SC_GTEST_MAIN_H

#include <gtest/gtest.h>
#include <systemc>

int sc_main(int, char **)
{
    return RUN_ALL_TESTS();
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    sc_core::sc_report_handler::set_actions("/IEEE_Std_1666/deprecated", sc_core::SC_DO_NOTHING);
    return sc_core::sc_elab_and_sim(argc, argv);
}

#endif
