using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Jaga.Witnesses;

/// <summary>A timestamp (RFC 3161) or the answer it came in is not what it should be.</summary>
public sealed class TimestampWrong(string sentence, WitnessFault fault = WitnessFault.Wrong) : Exception(sentence)
{
    public WitnessFault Fault { get; } = fault;
}

/// <summary>What is asked of a timestamp authority, and what is taken from its answer. Only what Jaga itself asks for is understood: SHA-256, a nonce, the certificate in the answer.</summary>
public static class Timestamps
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1", SignedData = "1.2.840.113549.1.7.2", TstInfo = "1.2.840.113549.1.9.16.1.4", MessageDigest = "1.2.840.113549.1.9.4", ContentType = "1.2.840.113549.1.9.3",
        SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47", SigningCertificate = "1.2.840.113549.1.9.16.2.12", TimeStamping = "1.3.6.1.5.5.7.3.8";

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0), One = new(TagClass.ContextSpecific, 1);

    /// <summary>A request for a timestamp over <paramref name="data"/> (RFC 3161, 2.4.1).</summary>
    public static byte[] Request(ReadOnlySpan<byte> data, ReadOnlySpan<byte> nonce)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Sha256);
                    writer.WriteNull();
                }

                writer.WriteOctetString(SHA256.HashData(data));
            }

            writer.WriteInteger(new BigInteger(nonce, isUnsigned: true, isBigEndian: true));
            writer.WriteBoolean(true);
        }

        return writer.Encode();
    }

    /// <summary>The token in an authority's answer (2.4.2).</summary>
    /// <exception cref="TimestampWrong">It grants none, or cannot be read.</exception>
    public static byte[] Token(byte[] answer) => Reading(() =>
    {
        var response = new AsnReader(answer, AsnEncodingRules.BER).ReadSequence();
        var status = response.ReadSequence();
        return status.ReadInteger() is { } granted && granted <= 1 && response.HasData ? response.ReadEncodedValue().ToArray() : throw new TimestampWrong("The authority granted no timestamp.");
    });

    /// <summary>Checks a token against <paramref name="data"/> and the authority's roots, and gives its time.</summary>
    /// <param name="nonce">What was sent; null where a kept token is checked again.</param>
    /// <exception cref="TimestampWrong">It is about other data, answers another request, is not rightly signed, or not by an authority that is trusted here.</exception>
    public static DateTimeOffset Check(byte[] token, ReadOnlySpan<byte> data, byte[]? nonce, X509Certificate2Collection roots)
    {
        var digest = SHA256.HashData(data);
        return Reading(() =>
        {
            var content = new AsnReader(token, AsnEncodingRules.BER).ReadSequence();
            Want(content.ReadObjectIdentifier() == SignedData, "it is no signed data");
            var signed = content.ReadSequence(Zero).ReadSequence();
            signed.ReadInteger();
            signed.ReadSetOf();
            var encapsulated = signed.ReadSequence();
            Want(encapsulated.ReadObjectIdentifier() == TstInfo, "it holds no timestamp");
            var info = encapsulated.ReadSequence(Zero).ReadOctetString();
            var certificates = new X509Certificate2Collection();
            if (signed.HasData && signed.PeekTag().HasSameClassAndValue(Zero))
            {
                for (var set = signed.ReadSetOf(skipSortOrderValidation: true, Zero); set.HasData;)
                {
                    certificates.Add(X509CertificateLoader.LoadCertificate(set.ReadEncodedValue().Span));
                }
            }

            if (signed.PeekTag().HasSameClassAndValue(One))
            {
                signed.ReadEncodedValue();
            }

            var at = Info(info, digest, nonce);
            Signer(signed.ReadSetOf(skipSortOrderValidation: true).ReadSequence(), info, certificates, roots, at);
            return at;
        });
    }

    private static DateTimeOffset Info(byte[] info, byte[] digest, byte[]? nonce)
    {
        var tst = new AsnReader(info, AsnEncodingRules.BER).ReadSequence();
        tst.ReadInteger();
        tst.ReadObjectIdentifier();
        var imprint = tst.ReadSequence();
        Want(imprint.ReadSequence().ReadObjectIdentifier() == Sha256 && imprint.ReadOctetString().AsSpan().SequenceEqual(digest), "it is about other data");
        tst.ReadInteger();
        var at = tst.ReadGeneralizedTime();
        BigInteger? answered = null;
        while (tst.HasData)
        {
            if (tst.PeekTag() == Asn1Tag.Integer)
            {
                answered = tst.ReadInteger();
            }
            else
            {
                tst.ReadEncodedValue();
            }
        }

        Want(nonce is null || answered == new BigInteger(nonce, isUnsigned: true, isBigEndian: true), "it answers another request");
        return at;
    }

    // CMS, RFC 5652, 5.3 and 5.4: what is signed are the attributes, encoded as a SET; the content's digest is one of them.
    private static void Signer(AsnReader signer, byte[] info, X509Certificate2Collection certificates, X509Certificate2Collection roots, DateTimeOffset at)
    {
        signer.ReadInteger();
        var sid = signer.ReadEncodedValue();
        var hash = Hash(signer.ReadSequence().ReadObjectIdentifier());
        var attributes = signer.ReadEncodedValue().ToArray();
        attributes[0] = 0x31;
        var algorithm = signer.ReadSequence().ReadObjectIdentifier();
        var signature = signer.ReadOctetString();

        var certificate = certificates.FirstOrDefault(c => Names(sid, c)) ?? throw new TimestampWrong("The timestamp does not hold the certificate that signed it.");
        Attributes(attributes, CryptographicOperations.HashData(hash, info), certificate);
        Want(Verifies(certificate, algorithm, attributes, signature, hash), "its signature is wrong");
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new(TimeStamping));
        Want(chain.Build(certificate), $"its certificate does not lead to one that is trusted here ({string.Join(' ', chain.ChainStatus.Select(s => s.Status))})");
    }

    private static void Attributes(byte[] attributes, byte[] digest, X509Certificate2 certificate)
    {
        var (right, named, typed) = (false, false, false);
        for (var set = new AsnReader(attributes, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true); set.HasData;)
        {
            var attribute = set.ReadSequence();
            var kind = attribute.ReadObjectIdentifier();
            var value = attribute.ReadSetOf();
            right |= kind == MessageDigest && value.ReadOctetString().AsSpan().SequenceEqual(digest);
            typed |= kind == ContentType && value.ReadObjectIdentifier() == TstInfo;

            // RFC 5816: the signer names its own certificate by digest, so that no other can be put in its place.
            if (kind is SigningCertificate or SigningCertificateV2)
            {
                var id = value.ReadSequence().ReadSequence().ReadSequence();
                var hash = kind is SigningCertificate ? HashAlgorithmName.SHA1 : id.PeekTag() == Asn1Tag.Sequence ? Hash(id.ReadSequence().ReadObjectIdentifier()) : HashAlgorithmName.SHA256;
                named |= id.ReadOctetString().AsSpan().SequenceEqual(certificate.GetCertHash(hash));
            }
        }

        Want(right && typed, "its content was altered");
        Want(named, "it does not name the certificate that signed it");
    }

    private static bool Names(ReadOnlyMemory<byte> sid, X509Certificate2 certificate)
    {
        var reader = new AsnReader(sid, AsnEncodingRules.BER);
        if (reader.PeekTag().HasSameClassAndValue(Zero))
        {
            return certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any(e => e.SubjectKeyIdentifierBytes.Span.SequenceEqual(new AsnReader(sid, AsnEncodingRules.BER).ReadOctetString(Zero)));
        }

        var issuerAndSerial = reader.ReadSequence();
        return issuerAndSerial.ReadEncodedValue().Span.SequenceEqual(certificate.IssuerName.RawData) && issuerAndSerial.ReadIntegerBytes().Span.SequenceEqual(certificate.SerialNumberBytes.Span);
    }

    private static bool Verifies(X509Certificate2 certificate, string algorithm, byte[] data, byte[] signature, HashAlgorithmName hash)
    {
        using var rsa = certificate.GetRSAPublicKey();
        using var ecdsa = certificate.GetECDsaPublicKey();
        return algorithm switch
        {
            "1.2.840.113549.1.1.1" or "1.2.840.113549.1.1.11" or "1.2.840.113549.1.1.12" or "1.2.840.113549.1.1.13" => rsa?.VerifyData(data, signature, hash, RSASignaturePadding.Pkcs1) ?? false,
            "1.2.840.10045.4.3.2" or "1.2.840.10045.4.3.3" or "1.2.840.10045.4.3.4" => ecdsa?.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence) ?? false,
            _ => throw new TimestampWrong($"The timestamp is signed by an algorithm that is not taken here ({algorithm})."),
        };
    }

    private static HashAlgorithmName Hash(string oid) => oid switch
    {
        Sha256 => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => throw new TimestampWrong($"The timestamp uses a digest that is not taken here ({oid})."),
    };

    private static void Want(bool so, string otherwise)
    {
        if (!so)
        {
            throw new TimestampWrong($"The timestamp does not hold: {otherwise}.");
        }
    }

    private static T Reading<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception unreadable) when (unreadable is AsnContentException or CryptographicException or ArgumentException)
        {
            throw new TimestampWrong($"The timestamp cannot be read: {unreadable.Message}");
        }
    }
}
