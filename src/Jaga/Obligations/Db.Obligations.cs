using Jaga.Obligations;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Obligation> Obligations => Set<Obligation>();

    public DbSet<Ladder> Ladders => Set<Ladder>();

    public DbSet<Pause> Pauses => Set<Pause>();

    public DbSet<Cancellation> Cancellations => Set<Cancellation>();

    public DbSet<Rung> Rungs => Set<Rung>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<Explanation> Explanations => Set<Explanation>();

    public DbSet<NoticeCall> NoticeCalls => Set<NoticeCall>();

    public DbSet<Rota> Rotas => Set<Rota>();

    public DbSet<Cover> Covers => Set<Cover>();

    public DbSet<Absence> Absences => Set<Absence>();

    public DbSet<NoticeRead> NoticeReads => Set<NoticeRead>();
}
