using Jaga.Enforcement;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<EnforcementAction> Actions => Set<EnforcementAction>();
}
