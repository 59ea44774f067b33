using Jaga.Witnesses;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<WitnessRound> WitnessRounds => Set<WitnessRound>();
}
