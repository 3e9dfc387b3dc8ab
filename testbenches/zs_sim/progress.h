/* Simulated time on a terminal while a run lasts; elsewhere nothing. */
#ifndef ZEROSTAGE_ZS_SIM_PROGRESS_H
#define ZEROSTAGE_ZS_SIM_PROGRESS_H

namespace zs
{

/* A timer of the host drives it, not a process of the simulation: it must not change the order of
 * events. */
class progress
{
  public:
    progress();
    ~progress();
    progress(const progress &) = delete;
    progress &operator=(const progress &) = delete;

  private:
    bool active_;
};

} // namespace zs
#endif
