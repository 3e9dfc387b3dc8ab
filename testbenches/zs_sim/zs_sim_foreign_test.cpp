/* Programs that were not written for the board: C++, files, and calls that are not there. */
#include "command.h"

namespace
{

class ZsSimForeign : public ZsSim
{
  protected:
    ZsSimForeign()
    {
        write("run.yaml", "board: pynq-z2\naccelerator: v3-8\nworkload: matmul-32\n");
        std::filesystem::create_directory("in");
        std::filesystem::create_directory("out");
        write("in/numbers.txt", "1 20 300\n");
        write("words.txt", "one two\ntwo three two\n");
    }
};

TEST_F(ZsSimForeign, ACppProgramHasArgumentsEnvironmentFilesInputAndExceptions)
{
    const outcome done =
        zs_sim({"run.yaml", "--set=workload.args=[in/numbers.txt, out/words.txt]",
                "--set=workload.environment=[GREETING=good evening]",
                "--set=sandbox.read_only=[in]", "--set=sandbox.read_write=[out]",
                "--set=sandbox.stdin=words.txt", "--program", program("foreign"), "--out", "run"});
    EXPECT_EQ(done.status, 1) << "the program's own status is not 0";
    EXPECT_NE(done.err.find("the program exited with status 7"), std::string::npos) << done.err;
    EXPECT_NE(done.out.find("good evening, sum 321\n"), std::string::npos) << done.out;
    EXPECT_NE(done.err.find("caught: cannot open nowhere.txt\n"), std::string::npos) << done.err;
    EXPECT_EQ(contents("out/words.txt"), "one 1\nthree 1\ntwo 3\n");
    EXPECT_GT(duration_ps("run", "kernel"), 0U);
    EXPECT_LT(duration_ps("run", "kernel"), duration_ps("run", "program"))
        << "the kernel ends where its exception is caught";
}

TEST_F(ZsSimForeign, FilesOutsideOfTheSandboxAreNotThere)
{
    const outcome done = zs_sim({"run.yaml", "--set=workload.args=[in/numbers.txt, out/words.txt]",
                                 "--program", program("foreign"), "--out", "run"});
    EXPECT_NE(done.err.find("the program asked for 'in/numbers.txt', which no directory of "
                            "sandbox.read_only or sandbox.read_write holds"),
              std::string::npos)
        << done.err;
    EXPECT_NE(done.out.find("nothing, sum -1\n"), std::string::npos) << done.out;
    EXPECT_NE(done.err.find("the program exited with status 2"), std::string::npos) << done.err;
    EXPECT_FALSE(std::filesystem::exists("out/words.txt"));
}

TEST_F(ZsSimForeign, AMissingDirectoryAndABadVariableAreNamedWithTheirPlace)
{
    write("files.yaml", "sandbox:\n  read_only: [nowhere]\n  stdin: nothing.txt\n"
                        "workload:\n  environment: [novalue]\n");
    const outcome done = zs_sim({"run.yaml", "files.yaml", "--check"});
    EXPECT_EQ(done.status, 2);
    for (const char *error :
         {"files.yaml:2:14: error: sandbox.read_only: 'nowhere': No such file or directory; "
          "expected a directory",
          "files.yaml:3:10: error: sandbox.stdin: 'nothing.txt': No such file or directory",
          "files.yaml:5:16: error: workload.environment: 'novalue': expected NAME=value"}) {
        EXPECT_NE(done.err.find(error), std::string::npos) << done.err;
    }
}

TEST_F(ZsSimForeign, WhatIsNotModelledIsNamedOnceWithItsPlaceAndAnswersEnosys)
{
    const outcome done = zs_sim({"run.yaml", "--program", program("other_calls"), "--out", "run"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.out.find("socket -1: Function not implemented\n"
                            "socket -1: Function not implemented\n"
                            "pthread_create: Function not implemented\n"),
              std::string::npos)
        << done.out;
    const size_t named = done.err.find("system call 281 (socket) is not modelled: answered ENOSYS");
    EXPECT_NE(named, std::string::npos) << done.err;
    EXPECT_NE(done.err.find("socket+0x", named), std::string::npos) << done.err;
    EXPECT_EQ(done.err.find("system call 281", named + 1), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("(clone): this board runs one thread"), std::string::npos) << done.err;
}

} // namespace
