using Jaga.Letters;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Letter> Letters => Set<Letter>();

    public DbSet<Draft> Drafts => Set<Draft>();

    public DbSet<Party> Parties => Set<Party>();

    public DbSet<LetterFile> LetterFiles => Set<LetterFile>();

    public DbSet<LetterTemplate> LetterTemplates => Set<LetterTemplate>();

    public DbSet<TemplateVersion> TemplateVersions => Set<TemplateVersion>();

    public DbSet<StatusNotification> StatusNotifications => Set<StatusNotification>();
}
