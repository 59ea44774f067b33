using System.Text.Json.Serialization;

namespace Jaga.Hashing;

/// <summary>JSON without reflection, so that the library can be trimmed.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class VpdqJson : JsonSerializerContext;
