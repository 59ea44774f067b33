using Jaga.Cases.Statements;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Statement> Statements => Set<Statement>();

    public DbSet<StatementTemplate> StatementTemplates => Set<StatementTemplate>();

    public DbSet<Objection> Objections => Set<Objection>();
}
