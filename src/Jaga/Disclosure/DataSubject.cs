namespace Jaga.Disclosure;

/// <summary>An account, a group or an item that a request asks about, by the platform's own id. Of a group its founders and admins are meant; its members are a count.</summary>
public sealed class DataSubject
{
    public Id<DataRequest> Request { get; init; }

    /// <summary>Its place in the request, from 0.</summary>
    public int Position { get; init; }

    public Subject About { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<DataSubject>
    {
        public void Configure(EntityTypeBuilder<DataSubject> builder)
        {
            builder.ToTable("data_subjects").HasKey(s => new { s.Request, s.Position });
            builder.HasOne<DataRequest>().WithMany().HasForeignKey(s => s.Request);
        }
    }
}
