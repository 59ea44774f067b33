using Jaga.People;
using Jaga.People.Agencies;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<StaffMember> Staff => Set<StaffMember>();

    public DbSet<StaffPasskey> StaffPasskeys => Set<StaffPasskey>();

    public DbSet<StaffLink> StaffLinks => Set<StaffLink>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Agency> Agencies => Set<Agency>();
}
