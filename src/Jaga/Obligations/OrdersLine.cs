namespace Jaga.Obligations;

/// <summary>The part of a regime's file about orders of authorities.</summary>
internal sealed record OrdersLine
{
    public string? Normal { get; init; }

    public string? Urgent { get; init; }

    public IReadOnlyList<string> UrgentCategories { get; init; } = [];

    public bool ClarifyingPauses { get; init; }

    public string? ClarifyingNote { get; init; }

    public WarningsLine? Warnings { get; init; }

    public string? Inform { get; init; }

    public string? Preserve { get; init; }

    public string? Normalise { get; init; }

    internal sealed record WarningsLine
    {
        public string? Normal { get; init; }

        public string? Urgent { get; init; }

        public IReadOnlyList<WarningStep> Steps { get; init; } = [];

        public Sentence? Then { get; init; }

        public string? PayFine { get; init; }
    }

    /// <summary>Reads it, with every clause that it names looked up.</summary>
    /// <exception cref="WrongSetting">Something in it cannot be right.</exception>
    public OrderRules Read(string regime, IReadOnlyList<Clause> clauses, RegimeFile.Wrong wrong)
    {
        string Named(string? key, string field) =>
            clauses.SingleOrDefault(c => c.Name == $"{regime}.{key}")?.Name ?? throw wrong.At(field, $"is '{key}', which is no clause of this regime");

        WarningRules Read(WarningsLine line) => new(
            Named(line.Normal, "warnings.normal"),
            Named(line.Urgent ?? line.Normal, "warnings.urgent"),
            line.Steps.Count is >= 1 and <= 9 ? [.. line.Steps.Select(s => new WarningStep(wrong.Text(s.Name, "warnings.steps.name"), wrong.Both(s.Wants, "warnings.steps.wants")))] : throw wrong.At("warnings.steps", "takes one to nine"),
            wrong.Both(line.Then, "warnings.then"),
            line.PayFine is null ? null : Named(line.PayFine, "warnings.payFine"));

        return new(
            Named(Normal, "normal"),
            Named(Urgent ?? Normal, "urgent"),
            [.. UrgentCategories.Select(c => wrong.Word(c, "urgentCategories"))],
            ClarifyingPauses,
            wrong.Text(ClarifyingNote, "clarifyingNote"),
            Warnings is null ? null : Read(Warnings),
            Inform is null ? null : Named(Inform, "inform"),
            Preserve is null ? null : Named(Preserve, "preserve"),
            Normalise is null ? null : Named(Normalise, "normalise"));
    }
}
