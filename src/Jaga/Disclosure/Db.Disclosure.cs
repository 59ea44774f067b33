using Jaga.Disclosure;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<DataRequest> DataRequests => Set<DataRequest>();

    public DbSet<DataSubject> DataSubjects => Set<DataSubject>();

    public DbSet<DataDocument> DataDocuments => Set<DataDocument>();

    public DbSet<DataAnswer> DataAnswers => Set<DataAnswer>();

    public DbSet<Clarification> Clarifications => Set<Clarification>();
}
