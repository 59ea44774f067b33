using Jaga.Referrals;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Referral> Referrals => Set<Referral>();

    public DbSet<ReferralFile> ReferralFiles => Set<ReferralFile>();

    public DbSet<ReferralCall> ReferralCalls => Set<ReferralCall>();

    public DbSet<TipAccount> TipAccounts => Set<TipAccount>();
}
